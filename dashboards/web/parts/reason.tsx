// Why somebody does what he is about to do: asked for before it is sent, and kept with it.
export function Reason({ word, value, set }: { word: string; value: string; set: (value: string) => void }) {
  return (
    <label>
      {word}
      <textarea
        rows={2}
        required
        minLength={2}
        maxLength={300}
        name="reason"
        value={value}
        onInput={(event) => set(event.currentTarget.value)}
      />
    </label>
  );
}
