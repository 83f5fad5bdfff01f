// Who sees pictures of hazards whole: whoever works on the hazard or inspects it. A picture may hold a plate, a face, a door number: everybody else is shown
// that there is one, and has it shown for a reason.
import type { Role } from "#protocols/api/views.ts";

const seesPictures: ReadonlySet<Role> = new Set([
  ...(["property-manager", "grid-worker", "fire-maintenance", "alliance"] as const),
  ...(["community-officer", "street-officer", "bureau-officer"] as const),
]);
export const maySeePictures = (role: Role): boolean => seesPictures.has(role);

/** What stands in a picture's place. It holds nothing of it, not even its shape. */
export const maskedPicture = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="200" viewBox="0 0 320 200" role="img">
<title>图片已遮蔽 / picture masked</title>
<rect width="320" height="200" fill="#e6e9ef"/><rect x="4" y="4" width="312" height="192" fill="none" stroke="#8a93a0" stroke-dasharray="6 4"/>
<text x="160" y="92" font-size="20" font-family="sans-serif" text-anchor="middle" fill="#1f2430">图片已遮蔽</text>
<text x="160" y="120" font-size="13" font-family="sans-serif" text-anchor="middle" fill="#1f2430">说明理由后方可查看</text>
<text x="160" y="142" font-size="12" font-family="sans-serif" text-anchor="middle" fill="#5b6470">masked: shown for a reason</text>
</svg>
`;
