/** The documents that a session can be written as; each stands by itself. */
import type { OpenedSession } from '../core/operations/report.ts';
import { sessionHtml } from './sessionHtml.ts';
import { openedDocument } from './sessionJson.ts';
import { sessionMarkdown } from './sessionMarkdown.ts';
import type { DocumentFormat } from './exportFormats.ts';

export function exportDocument(format: DocumentFormat, opened: OpenedSession): string {
  switch (format) {
    case 'markdown':
      return sessionMarkdown(opened);
    case 'html':
      return sessionHtml(opened);
    case 'json':
      return `${JSON.stringify(openedDocument(opened), undefined, 2)}\n`;
  }
}
