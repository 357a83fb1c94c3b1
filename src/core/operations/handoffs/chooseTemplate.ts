/** The template that handoffs of a repository follow: its own, else as the person has set it, else the built-in one. */
import { lstat } from 'node:fs/promises';
import * as path from 'node:path';
import { tryReadFile } from '../../common/files.ts';
import type { Repository } from '../../git/repository.ts';
import { type ReadTemplate, templateFile, templateFromMarkdown, templateFromSetting } from '../../session/handoff/readTemplate.ts';
import { builtInTemplate, type HandoffTemplate } from '../../session/handoff/template.ts';
import type { Machine } from '../machine.ts';
import type { BadTemplate } from '../report.ts';

/** Bytes of a file that a person has written for this. */
const largest = 64 * 1024;

/** Of a bad one is said what is wrong with it, and the built-in one is used. */
export async function chooseTemplate({ handoffTemplate }: Machine, { top }: Repository): Promise<{ template: HandoffTemplate; badTemplate?: BadTemplate }> {
  const own = await templateOf(path.join(top, ...templateFile.split('/')));
  const read = own ?? templateFromSetting(handoffTemplate);
  if (read === undefined || 'template' in read) {
    return { template: read?.template ?? builtInTemplate };
  }
  return { template: builtInTemplate, badTemplate: { where: own ? templateFile : 'convosync.handoff.template', ...read.problem } };
}

/** Undefined where there is none. A link is not followed: it may lead out of the repository. */
async function templateOf(file: string): Promise<ReadTemplate | undefined> {
  const stats = await lstat(file).catch(() => undefined);
  if (!stats) {
    return undefined;
  }
  const text = stats.isFile() && stats.size <= largest ? await tryReadFile(file) : undefined;
  return text === undefined ? { problem: { kind: 'unreadable', about: '' } } : templateFromMarkdown(text);
}
