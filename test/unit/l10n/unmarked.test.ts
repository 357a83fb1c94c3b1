import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import ts from 'typescript';

const root = path.resolve(import.meta.dirname, '../../..');

/** What has words in it and is said in no language. */
const said = {
  files: [
    'src/wording/forModels.ts', // a model reads English
    'src/wording/html/style.ts',
  ],
  by: [
    'remedyFlag', // what is typed, or a command
    'rejectionOf', // git's own words
    'policy', // of a document
    'kinds', // names of products
  ],
};

describe('the wording', () => {
  it('marks whatever has several words for translation', () => {
    const unmarked = globSync('src/wording/**/*.ts', { cwd: root }).filter((file) => !said.files.includes(file)).sort().flatMap((file) => {
      const source = ts.createSourceFile(file, readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
      return unmarkedIn(source).map((text) => `${file}: ${text}`);
    });
    assert.deepEqual(unmarked, []);
  });
});

function unmarkedIn(node: ts.Node): string[] {
  if (ts.isImportDeclaration(node) || ts.isTypeNode(node) || isNamed(node)) {
    return [];
  }
  const own = ownText(node).filter((text) => /\p{L}{2,}\P{L}*\s\P{L}*\p{L}{2,}/u.test(text));
  const inside: string[] = [];
  ts.forEachChild(node, (child) => {
    inside.push(...unmarkedIn(child));
  });
  return [...own, ...inside];
}

function isNamed(node: ts.Node): boolean {
  return (ts.isFunctionDeclaration(node) || ts.isVariableDeclaration(node)) && node.name !== undefined && said.by.includes(node.name.getText());
}

/** Of a literal, but for one that is marked, counted (which marks it), compared, or a field's name; of markup what stands between its tags. */
function ownText(node: ts.Node): string[] {
  const template = ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node) ? node : undefined;
  if (template) {
    const tag = ts.isTaggedTemplateExpression(template.parent) ? template.parent.tag.getText() : undefined;
    const text = ts.isTemplateExpression(template) ? [template.head.text, ...template.templateSpans.map((span) => span.literal.text)].join('\0') : template.text;
    return tag === 't' ? [] : tag === 'html' || text.includes('<') ? [text.replace(/<[^>]*>?/g, '\0')] : [text];
  }
  return ts.isStringLiteral(node) && !isNoText(node) ? [node.text] : [];
}

function isNoText(node: ts.StringLiteral): boolean {
  const { parent } = node;
  return (ts.isPropertyAssignment(parent) && parent.name === node) || (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsEqualsEqualsToken) || (ts.isCallExpression(parent) && parent.expression.getText() === 'count');
}
