// Pictures of a hazard in words, for papers and files.

/** What the time of a picture rests on. */
export const takenWords: Readonly<Record<string, string>> = { "by-page": "页面拍摄", exif: "照片自带", unproven: "未证实" };
export const photoKinds: Readonly<Record<string, string>> = { before: "整改前", after: "整改后" };
