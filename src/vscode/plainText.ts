/**
 * Titles, device names and git's words come from elsewhere. VS Code reads `$(name)` in picks and the status bar as an
 * icon, and `[words](command:…)` in notifications as a link; in such texts neither may happen.
 */
const invisible = '\u200b';

export function plainText(text: string): string {
  return text.replaceAll('$(', `$${invisible}(`).replaceAll('](', `]${invisible}(`);
}
