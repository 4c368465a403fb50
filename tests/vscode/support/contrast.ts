/** How well a colour stands out, as WCAG 2 reckons it. */

import type { Locator } from '@playwright/test';

/** The contrast of the icon in each of these rows to what lies behind it, with what the row is called. */
export async function iconContrasts(rows: Locator): Promise<{ name: string; contrast: number }[]> {
  return rows.evaluateAll((elements) => {
    const parts = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
    const light = (color: number[]): number => {
      const [r = 0, g = 0, b = 0] = color.map((part) => {
        const share = part / 255;
        return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element: Element | null): number[] => {
      for (let at = element; at !== null; at = at.parentElement) {
        const color = parts(getComputedStyle(at).backgroundColor);
        if (color.length === 3 || color[3] === 1) {
          return color;
        }
      }
      return [255, 255, 255];
    };
    return elements.flatMap((row) => {
      const icon = row.querySelector('.custom-view-tree-node-item-icon');
      if (icon === null) {
        return [];
      }
      const back = behind(icon);
      const [r = 0, g = 0, b = 0, alpha = 1] = parts(getComputedStyle(icon).color);
      const front = [r, g, b].map((part, at) => part * alpha + (back[at] ?? 0) * (1 - alpha));
      const [one, other] = [light(front), light(back)];
      const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      return [{ name: row.getAttribute('aria-label') ?? '', contrast }];
    });
  });
}
