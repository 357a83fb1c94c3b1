import type { Status } from '../../core/operations/report.ts';
import { deviceName } from '../../wording/deviceName.ts';
import { allDevices } from '../../wording/devices.ts';
import { describePrivacy } from '../../wording/privacy.ts';
import { bytes, count, names } from '../../wording/quantities.ts';
import { shortCommit, shortId } from '../../wording/short.ts';
import { describeFreshness, describeSync, describeTries } from '../../wording/status.ts';
import { age } from '../../wording/time.ts';
import type { Look } from '../terminal/style.ts';
import { fit, padEnd } from '../terminal/width.ts';

const labelWidth = 14;
const sessionsShown = 5;

type Row = readonly [label: string, ...lines: string[]];

export function renderStatus(status: Status, look: Look): string {
  const { style, now } = look;
  const { listing } = status;
  const cut = (line: string): string => fit(line, look.columns - labelWidth);
  const devices = allDevices(status);
  const rows: Row[] = [
    ['Repository', `${status.repository.name}${status.repository.remote === undefined ? '' : ` (${status.repository.remote})`}`],
    ['Branch', `${status.branch ?? 'none (HEAD is detached)'}${divergence(status)}`],
    ['Last commit', status.commit === undefined ? 'none yet' : cut(`${shortCommit(status.commit)} ${status.subject ?? ''}`)],
    ['Changes', status.changes.length === 0 ? 'none' : cut(`${count(status.changes.length, 'file')}: ${names(status.changes.map(({ path }) => path))}`)],
    ['Conversation', cut(conversation(status))],
    ['Sync', `${describeSync(status, now)} (${describeFreshness(listing.refreshed, now)})`],
    ...(status.tries === undefined ? [] : [['Waiting', cut(describeTries(status.tries, now)), 'Send it with: convosync sync'] as const]),
    ['Vault', `${listing.place ?? 'on this device only'}, ${bytes(status.stored)} in ${count(listing.sessions.length, 'session')}`, style.faint(describePrivacy(listing))],
    ...elsewhere(status, (line) => cut(line), now),
    ['Devices', ...devices.map(({ device, lastSeen, revoked }) => `${deviceName(device, devices)}, ${revoked ? 'taken out' : lastSeen === undefined ? 'this device' : `last seen ${age(lastSeen, now)}`}`)],
    ...undoRow(status),
  ];
  return rows.flatMap(([label, ...lines]) => lines.map((line, index) => `${style.strong(padEnd(index === 0 ? label : '', labelWidth))}${line}`)).join('\n');
}

function conversation({ conversation: chosen }: Status): string {
  if (chosen === undefined) {
    return 'none for this folder';
  }
  const { title, id, agentName, messages, unsaved, running } = chosen;
  const saved = unsaved === 0 ? 'all saved' : unsaved === messages ? 'none saved yet' : `${count(unsaved, 'message')} not saved`;
  return `${title === undefined ? shortId(id) : `“${title}”`} in ${agentName}: ${count(messages, 'message')}, ${saved}${running ? ', running' : ''}`;
}

function elsewhere({ listing }: Status, cut: (line: string) => string, now: Date): Row[] {
  const others = listing.sessions.filter(({ device }) => device.id !== listing.here.id);
  const lines = others.slice(0, sessionsShown).map(({ summary, device }) => cut(`${shortId(summary.id)} ${device.name}, ${age(summary.savedAt, now)}: ${summary.message}`));
  const more = others.length - lines.length;
  return lines.length === 0 ? [] : [['Elsewhere', ...lines, ...(more > 0 ? [`and ${more} more: convosync list`] : [])]];
}

function divergence({ ahead, behind }: Status): string {
  const parts = [...(ahead ? [`${count(ahead, 'commit')} ahead`] : []), ...(behind ? [`${count(behind, 'commit')} behind`] : [])];
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`;
}

function undoRow({ undo }: Status): Row[] {
  const lines = [
    ...(undo.save === undefined ? [] : [`convosync save --undo (${shortId(undo.save)})`]),
    ...(undo.resume === undefined ? [] : [`convosync resume --undo (${shortId(undo.resume)})`]),
  ];
  return lines.length === 0 ? [] : [['Undo', ...lines]];
}
