import * as vscode from 'vscode';
import { t } from '../../l10n/language.ts';
import type { Button } from '../failures.ts';

/** For a notification that says the state code, which without a button is cut off before it; none where there is no code. */
export function copyStateCode(code: string | undefined): Button[] {
  return code === undefined ? [] : [{ label: t`Copy State Code`, run: async () => vscode.env.clipboard.writeText(code) }];
}
