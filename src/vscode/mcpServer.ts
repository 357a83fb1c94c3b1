/**
 * ConvoSync's MCP server for assistants in this window: `convosync mcp`, run by the editor's own Node. It is another process, so the
 * keys of the vaults that are unlocked here are lent to it while the window lives.
 */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { lendKeychain, lentKeys, type LentKeychain } from '../core/home/lentKeychain.ts';
import type { Keychain } from '../core/home/keychain.ts';
import { Disposable } from './disposable.ts';
import type { Workspace } from './workspace.ts';

export interface McpServerParts {
  extensionUri: vscode.Uri;
  workspace: Workspace;
  keychain: Pick<Keychain, 'get'>;
}

export class McpServer extends Disposable {
  readonly #parts: McpServerParts;
  #lent: Promise<LentKeychain> | undefined;

  constructor(parts: McpServerParts) {
    super();
    this.#parts = parts;
    this._register({ dispose: () => void this.#lent?.then((lent) => lent.close()) });
  }

  /** Asks for nothing: the editor calls it whenever it looks for servers. */
  definitions(): vscode.McpStdioServerDefinition[] {
    if (!vscode.workspace.isTrusted || vscode.workspace.workspaceFolders === undefined) {
      return [];
    }
    const program = path.join(this.#parts.extensionUri.fsPath, 'dist', 'cli.mjs');
    return [new vscode.McpStdioServerDefinition('ConvoSync', process.execPath, [program, 'mcp'], { ELECTRON_RUN_AS_NODE: '1' })];
  }

  /** The server as it is started: in the repository that is in front, or that the user names. */
  async started<Server extends vscode.McpServerDefinition>(server: Server): Promise<Server> {
    if (server instanceof vscode.McpStdioServerDefinition) {
      const { address } = await (this.#lent ??= lendKeychain(this.#parts.keychain, process.platform));
      server.cwd = vscode.Uri.file(await this.#parts.workspace.chooseFolder());
      server.env = { ...server.env, [lentKeys]: address };
    }
    return server;
  }
}
