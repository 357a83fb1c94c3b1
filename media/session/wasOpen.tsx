/** What was open when the session was saved: files, and terminals with what last ran in them. Nothing here runs anything. */
import { useState } from 'preact/hooks';
import { t } from '../../src/l10n/language.ts';
import type { WasOpen as WasOpenOf } from '../../src/protocol/session.ts';
import { usePage } from './context.ts';
import { counted } from './format.ts';
import { Icon } from './icon.tsx';
import { withElements } from './withElements.ts';

export function WasOpen({ wasOpen, commit }: { wasOpen: WasOpenOf; commit: string }) {
  const [open, setOpen] = useState(false);
  const { host } = usePage();
  const { folder, files, terminals, breakpoints, variables } = wasOpen;
  return (
    <section class="was-open" aria-label={t`What was open`}>
      <h2>
        <button type="button" class="heading" aria-expanded={open} onClick={() => setOpen(!open)}><Icon name={open ? 'chevron-down' : 'chevron-right'} />{t`What was open`}</button>
      </h2>
      {open && (
        <div class="card">
          {folder !== '' && <p>{withElements(t('The save was made in {0}.'), <code dir="ltr">{folder}</code>)}</p>}
          {files.length > 0 && (
            <ul class="files">
              {files.map((path) => <li key={path}><button type="button" class="link" title={t`Open the file as it was`} onClick={() => host.post({ type: 'openFile', path, commit })}><Icon name="file" /><bdi>{path}</bdi></button></li>)}
            </ul>
          )}
          {terminals.map(({ name, folder: at = '', commands }, index) => (
            <div key={index} class="terminal">
              <p><Icon name="terminal" /> {withElements(terminalHeading(at !== '', commands.length > 0), <bdi>{name}</bdi>, <code dir="ltr">{at}</code>)}</p>
              {commands.length > 0 && <pre dir="ltr">{commands.join('\n')}</pre>}
            </div>
          ))}
          {breakpoints > 0 && <p>{t`${counted(breakpoints, 'breakpoint')} saved along.`}</p>}
          {variables.length > 0 && <p>{t`Environment variables saved along: ${variables.join(', ')}.`}</p>}
        </div>
      )}
    </section>
  );
}

/** With the terminal's name as `{0}`, and its folder as `{1}`. */
function terminalHeading(hasFolder: boolean, hasCommands: boolean): string {
  if (hasFolder) return hasCommands ? t('{0} in {1}, where this had run:') : t('{0} in {1}');
  return hasCommands ? t('{0}, where this had run:') : '{0}';
}
