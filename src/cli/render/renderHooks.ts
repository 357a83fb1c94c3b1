import type { HooksState, PartState } from '../../core/operations/hooks/agentHooks.ts';
import type { Look } from '../terminal/style.ts';

const states: Record<PartState, string> = {
  installed: 'set up',
  absent: 'not there',
  changed: 'there, and not as ConvoSync writes it: it stays as it is',
};

export function renderHooks({ verb, state }: { verb: 'install' | 'show' | 'remove'; state: HooksState }, { style }: Look): string {
  const { agentName, settings, files } = state;
  const isThere = settings.state !== 'absent';
  return [
    `${isThere ? style.good('✓') : '·'} ${agentName} ${isThere ? 'asks ConvoSync at its start what another device left' : 'does not ask ConvoSync at its start'}.`,
    ...[settings, ...files].map(({ path, state: part }) => `  ${path}: ${states[part]}`),
    ...(verb === 'install' ? ['It holds from the next start of the agent on. Take it out with: convosync hooks remove'] : []),
    ...(verb === 'show' && !isThere ? ['Set it up with: convosync hooks install'] : []),
  ].join('\n');
}
