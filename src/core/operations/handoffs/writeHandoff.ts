/** A handoff by whom a person wants it written; where that fails, as the transcript alone gives it, with the reason. */
import type { HandoffSource } from '../../session/handoff/fromTranscript.ts';
import { makeHandoff } from '../../session/handoff/fromTranscript.ts';
import type { Handoff } from '../../session/handoff/handoff.ts';
import type { LanguageModel, WhyNot } from '../../session/handoff/languageModel.ts';
import { modelWriter } from '../../session/handoff/modelWriter.ts';
import { arrangeSections, type HandoffTemplate } from '../../session/handoff/template.ts';
import { sha256 } from '../../common/hash.ts';
import type { Repository } from '../../git/repository.ts';
import type { ReadConversation } from '../conversations.ts';
import type { RunOptions } from '../convosync.ts';
import type { Parts } from '../parts.ts';
import type { HandoffBy } from '../plan.ts';
import type { BadTemplate, WithoutModel } from '../report.ts';
import { redactText, valuesLeftOut } from '../secrets.ts';
import { agentModel } from './agentModel.ts';
import { chooseTemplate } from './chooseTemplate.ts';

export interface MadeHandoff {
  handoff: Handoff;
  withoutModel?: WithoutModel;
  badTemplate?: BadTemplate;
}

export interface Assignment {
  source: HandoffSource;
  read: ReadConversation | undefined;
  repository: Repository;
  by: HandoffBy;
}

export async function writeHandoff(parts: Parts, assignment: Assignment, options: RunOptions): Promise<MadeHandoff> {
  const { template, badTemplate } = await chooseTemplate(parts.machine, assignment.repository);
  return { ...(await writeAs(template, parts, assignment, options)), ...(badTemplate ? { badTemplate } : {}) };
}

async function writeAs(template: HandoffTemplate, parts: Parts, { source, read, repository, by }: Assignment, { signal, onProgress }: RunOptions): Promise<MadeHandoff> {
  const facts = makeHandoff(source);
  const plain = { ...facts, sections: arrangeSections(facts.sections, template) };
  if (by === 'transcript' || !read || source.messages.length === 0) {
    return { handoff: plain };
  }
  onProgress?.({ phase: 'handoff' });
  const failed = (asked: LanguageModel['maker'], whyNot: WhyNot): MadeHandoff => ({ handoff: plain, withoutModel: { asked, whyNot } });
  const model = (by === 'model' ? await parts.machine.languageModel?.() : undefined) ?? (await agentModel(read.agent, parts.machine, repository.top));
  if (!model) {
    return failed(by === 'model' ? 'editor' : 'agent', 'none');
  }
  const { found } = read;
  const key = sha256(JSON.stringify([model.maker, found.agent, found.id, found.size, found.modified, source.changedFiles, template]));
  const written = await parts.handoffDrafts.of(key, () => modelWriter(discreet(parts, repository, model)).write({ source, facts, template }, signal));
  if ('whyNot' in written) {
    parts.logger.warn(`no handoff by a model: ${written.whyNot}`);
    return failed(model.maker, written.whyNot);
  }
  return { handoff: { ...facts, madeBy: model.maker, sections: written.sections } };
}

/** A model is told no secret, whatever was decided about what a session keeps. */
function discreet(parts: Parts, repository: Repository, model: LanguageModel): LanguageModel {
  return { maker: model.maker, window: model.window, ask: async (question, signal) => model.ask(await redactText(question, await valuesLeftOut(parts, repository, signal), () => false), signal) };
}
