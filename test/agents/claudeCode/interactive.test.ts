import { interactiveSuite } from '../interactiveSuite.ts';
import { claudeCode } from './claudeProgram.ts';

interactiveSuite(claudeCode);
