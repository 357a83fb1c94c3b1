/**
 * The empty HTML document of the session page. It holds no content of a session: that comes by message only. The page's
 * translations stand in it, as data, so that it speaks one language from its first word.
 *
 * The policy allows our one script by its nonce, our style sheet and its font, and images that are data. It forbids
 * everything else, among it every request to a network, `eval`, style attributes in markup, and (by trusted types)
 * any assignment of a string as HTML.
 */
export interface SessionDocumentSources {
  script: string;
  style: string;
  /** What the policy names as the origin of style sheet and font (in VS Code `webview.cspSource`). */
  cspSource: string;
  /** Fresh and unguessable for every document; letters and digits. */
  nonce: string;
  /** A BCP 47 tag. */
  language: string;
  /** The page's own sentences in that language, by the English ones; without them it speaks English. */
  translations?: Record<string, string> | undefined;
}

/** Where the page finds its translations. */
export const translationsElement = 'translations';

export function sessionDocument({ script, style, cspSource, nonce, language, translations }: SessionDocumentSources): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `font-src ${cspSource}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${attribute(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ConvoSync session</title>
<link rel="stylesheet" nonce="${nonce}" href="${attribute(style)}">
</head>
<body>
<div id="page"></div>
${translations ? `<script type="application/json" id="${translationsElement}">${JSON.stringify(translations).replaceAll('<', '\\u003c')}</script>
` : ''}<script nonce="${nonce}" src="${attribute(script)}"></script>
</body>
</html>
`;
}

function attribute(value: string): string {
  return value.replace(/[&"<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
