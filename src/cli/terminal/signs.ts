/**
 * Signs of ours that the Linux console has no picture for, nor a terminal whose locale says that it shows no Unicode. What people
 * have written stays as it is: a letter that cannot be shown is still a letter.
 */
const plain: Readonly<Record<string, string>> = {
  '“': '"', '”': '"', '’': "'", '…': '...', '·': '-', '›': '>', '−': '-', '→': '->', '↑': '^', '●': '*', '◆': '#', '✓': '+', '✗': 'x',
};
const signs = new RegExp(`[${Object.keys(plain).join('')}]`, 'g');

/** How text is written for a terminal; what is no terminal gets it as it is. */
export type Signs = (text: string) => string;

/** @param env of the process */
export function signsFor(env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform): Signs {
  // Empty counts as not set.
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '');
  const isShown = env['TERM'] !== 'linux' && (platform === 'win32' || locale === undefined || /utf-?8/i.test(locale));
  return isShown ? (text) => text : (text) => text.replace(signs, (sign) => plain[sign] ?? sign);
}
