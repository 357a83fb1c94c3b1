import type { HooksState, PartState } from '../../core/operations/hooks/agentHooks.ts';
import type { Look } from '../terminal/style.ts';

interface Shown {
  verb: 'install' | 'show' | 'remove';
  agents: HooksState[];
}

const states: Record<PartState, string> = {
  installed: 'set up',
  absent: 'not there',
  changed: 'there, and not as ConvoSync writes it: it stays as it is',
};

export function renderHooks({ verb, agents }: Shown, look: Look): string {
  const isThere = agents.some(({ settings }) => settings.state !== 'absent');
  return [
    ...agents.flatMap((agent) => renderAgent(verb, agent, look)),
    ...(verb === 'install' ? ['It holds from the next start of an agent on. Take it out with: convosync hooks remove'] : []),
    ...(verb === 'show' && !isThere ? ['Set it up with: convosync hooks install'] : []),
  ].join('\n');
}

function renderAgent(verb: Shown['verb'], { agentName, settings, needsApproval, files }: HooksState, { style }: Look): string[] {
  const isThere = settings.state !== 'absent';
  return [
    `${isThere ? style.good('✓') : '·'} ${agentName} ${isThere ? 'asks ConvoSync at its start what another device left' : 'does not ask ConvoSync at its start'}.`,
    ...(isThere && needsApproval ? [`  ${agentName} itself asks you once whether this may run, and passes it over until then: start it at a terminal and answer there.`] : []),
    `  ${settings.path}: ${states[settings.state]}`,
    ...(verb === 'show' ? [`    ${settings.list.join('.')}: ${JSON.stringify(settings.entry)}`] : []),
    ...files.map(({ path, state }) => `  ${path}: ${states[state]}`),
  ];
}
