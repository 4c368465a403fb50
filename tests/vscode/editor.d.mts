export const editorEntry: string;
export const chromium: string;
export function installEditor(): Promise<void>;
