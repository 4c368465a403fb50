/** The known types, read from `schemas/` when the extension is bundled. */
declare module 'catalogue' {
  export const types: readonly { type: string; name: string; description: string }[];
}
