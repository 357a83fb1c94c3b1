/**
 * Links to a session from outside the editor: `vscode://convosync.convosync/resume?id=…&repository=…`, and `/session` to
 * look at it, where `agent=…&conversation=…&message=…` leads to a message. Anybody can write one and have it clicked, so only what we write ourselves is taken, and nothing is done
 * before a person has agreed.
 */
import { ConvoSyncError } from '../core/common/errors.ts';
import { t } from '../l10n/language.ts';
import { extensionId, type MessageReference } from './contributions.ts';

export interface SessionLink {
  verb: 'resume' | 'session';
  /** The session's id, or eight characters or more that it begins with. */
  session: string;
  /** What the repository is called, for people. */
  repository?: string;
  /** Where a session is to be looked at. */
  at?: MessageReference;
}

/** Letters and digits of any language, and what names of repositories have between them. */
const repositoryName = /^[\p{L}\p{N}_][\p{L}\p{N}\p{M}._ -]{0,99}$/u;
const ofMessages = ['agent', 'conversation', 'message'];
/** Added by VS Code itself, to say in which window a link opens. */
const ofTheEditor = ['windowId'];

/** @param scheme of the editor: `vscode`, `vscode-insiders`, … */
export function formatSessionLink(scheme: string, { verb, session, repository, at }: SessionLink): string {
  const name = repository !== undefined && repositoryName.test(repository) ? [`repository=${encodeURIComponent(repository)}`] : [];
  const message = at === undefined ? [] : [`agent=${encodeURIComponent(at.agent)}`, `conversation=${encodeURIComponent(at.conversation)}`, `message=${at.message}`];
  return `${scheme}://${extensionId}/${verb}?${[`id=${session}`, ...name, ...message].join('&')}`;
}

/**
 * @param link path and query of it, the query still as it was written
 * @throws ConvoSyncError `usage` for anything that is no such link
 */
export function readSessionLink({ path, query }: { path: string; query: string }): SessionLink {
  const verb = path === '/resume' ? 'resume' : path === '/session' ? 'session' : refuse(t`This link was not followed: it leads neither to a session nor to a resume. Nothing was done.`);
  const parameters = new URLSearchParams(query);
  const names = [...parameters.keys()].filter((name) => !ofTheEditor.includes(name));
  if (new Set(names).size !== names.length) {
    refuse(t`This link was not followed: it says something twice. Nothing was done.`);
  }
  if (names.some((name) => name !== 'id' && name !== 'repository' && !(verb === 'session' && ofMessages.includes(name)))) {
    refuse(t`This link was not followed: it says more than a link of ConvoSync does. Nothing was done.`);
  }
  const session = parameters.get('id') ?? '';
  if (!/^[0-9a-f]{8,64}$/.test(session)) {
    refuse(t`This link was not followed: it names no session. Nothing was done.`);
  }
  const repository = parameters.get('repository') ?? undefined;
  if (repository !== undefined && !repositoryName.test(repository)) {
    refuse(t`This link was not followed: it names no repository as repositories are named. Nothing was done.`);
  }
  const at = ofMessages.some((name) => parameters.has(name)) ? readMessage(parameters) : undefined;
  return { verb, session, ...(repository === undefined ? {} : { repository }), ...(at && { at }) };
}

/** Names that are looked for among those of the session, and lead nowhere else. */
function readMessage(parameters: URLSearchParams): MessageReference {
  const [agent = '', conversation = '', message = ''] = ofMessages.map((name) => parameters.get(name) ?? '');
  if (!/^[a-z0-9-]{1,40}$/.test(agent) || !/^[\w.:-]{1,200}$/.test(conversation) || !/^\d{1,9}$/.test(message)) {
    refuse(t`This link was not followed: it names no message. Nothing was done.`);
  }
  return { agent, conversation, message: Number(message) };
}

function refuse(why: string): never {
  throw new ConvoSyncError('usage', why);
}
