/** A recovery key on a page to print: as text to type, and as a QR code to scan. It needs nothing but itself, and runs nothing. */
import { renderSVG } from 'uqr';
import { language, t } from '../l10n/language.ts';
import { howToUseRecoveryKey, type RecoveryKeyFacts } from './recoveryKeyFile.ts';

export const recoveryKeyPageName = 'convosync-recovery-key.html';

export function recoveryKeyPage({ recoveryKey, vault, repository, made }: RecoveryKeyFacts): string {
  const code = renderSVG(recoveryKey, { ecc: 'M', border: 4 });
  return `<!doctype html>
<html lang="${language()}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${t`Recovery key of a ConvoSync vault`}</title>
<style>
  body { font: 12pt/1.5 sans-serif; color: black; background: white; max-width: 16cm; margin: 2cm auto; }
  svg { display: block; width: 6cm; height: 6cm; margin: 1cm 0; }
  code { font: 12pt/1.8 monospace; overflow-wrap: anywhere; }
  dt { float: left; clear: left; width: 3cm; }
  dd { margin: 0 0 0 3cm; }
</style>
</head>
<body>
<h1>${t`Recovery key`}</h1>
<p>${t`It opens a ConvoSync vault when its passphrase is lost. Whoever has it can read everything in the vault: print this page, keep it off your devices, and delete the file.`}</p>
<p><code>${escaped(recoveryKey)}</code></p>
${code}
<dl>
<dt>${t`vault`}</dt><dd>${escaped(vault)}</dd>
<dt>${t`made for`}</dt><dd>${escaped(repository)}</dd>
<dt>${t`made on`}</dt><dd>${made.toISOString().slice(0, 10)}</dd>
</dl>
<p>${howToUseRecoveryKey()}</p>
</body>
</html>
`;
}

/** A repository is called as somebody named it: that must not become markup. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
