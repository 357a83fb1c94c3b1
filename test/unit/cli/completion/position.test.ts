import assert from 'node:assert/strict';
import { Argument, Command, Option } from 'commander';
import * as fc from 'fast-check';
import { type Position, positionIn } from '../../../../src/cli/completion/position.ts';

function program(): Command {
  const made = new Command('convosync').option('-C, --cwd <folder>').option('--verbose');
  made.command('resume').argument('[id]').option('-l, --list').option('--env <name>').addOption(new Option('--how <way>').choices(['fast', 'slow']));
  made.command('delete').argument('<ids...>');
  made.command('export').argument('<id>').argument('[file]');
  const vault = made.command('vault').option('--vault <id>');
  vault.command('clean');
  vault.command('use').addArgument(new Argument('<place>').choices(['here', 'there']));
  return made;
}

const at = (...words: string[]): Position => positionIn(program(), words);
const names = ({ expected }: Position): string[] => expected.map((each) => (each.kind === 'value' ? each.name : each.kind));

describe('what the next word of a command line would be', () => {
  for (const [words, command, expected] of [
    [[''], 'convosync', ['verb']],
    [['res'], 'convosync', ['verb']],
    [['resume', ''], 'resume', ['id']],
    [['resume', '3f2a', ''], 'resume', []],
    [['delete', '3f2a', '91c0', ''], 'delete', ['ids']],
    [['export', '3f2a', ''], 'export', ['file']],
    [['resume', '-'], 'resume', ['option']],
    [['resume', '--env', ''], 'resume', ['name']],
    [['resume', '--env', 'HOME', ''], 'resume', ['id']],
    [['resume', '--list', ''], 'resume', ['id']],
    [['resume', '--unknown', ''], 'resume', ['id']],
    [['-C', ''], 'convosync', ['folder']],
    [['-C', 'there', ''], 'convosync', ['verb']],
    [['--cwd=there', 'vault', ''], 'vault', ['verb']],
    [['vault', 'use', ''], 'use', ['place']],
    [['vault', 'use', '-'], 'use', ['option']],
    [['resume', '--', '-x'], 'resume', ['id']],
  ] as const) {
    it(`is known after: ${words.join(' ')}`, () => {
      const position = at(...words);
      assert.deepEqual([position.command.name(), names(position)], [command, expected]);
    });
  }

  it('is the value where an option and its value are one word, and where bash makes three of them', () => {
    const { expected: [one], before, typed } = at('resume', '--how=fa');
    assert.deepEqual([one?.kind === 'value' && one.choices, before, typed], [['fast', 'slow'], '--how=', 'fa']);
    for (const words of [['resume', '--how', '=', 'fa'], ['resume', '--how', '=']]) {
      const three = at(...words);
      assert.deepEqual([names(three), three.before, three.typed], [['way'], '', words[3] ?? '']);
    }
  });

  it('knows the folder in which the command will work, before the verb and after it', () => {
    assert.equal(at('-C', 'my\\ work', 'resume', '').given.get('--cwd'), 'my work');
    assert.equal(at('resume', '--cwd="x"', '').given.get('--cwd'), 'x');
  });

  it('can be asked of any words', () => {
    const word = fc.oneof(fc.constantFrom('resume', 'vault', 'use', '--', '-', '--how', '=', '--how=', '-C', ''), fc.string());
    fc.assert(fc.property(fc.array(word), (words) => {
      const { typed, before, expected } = positionIn(program(), words);
      assert.ok(typed.length + before.length <= (words.at(-1) ?? '').length && expected.length <= 2);
    }));
  });
});
