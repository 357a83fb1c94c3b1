import { handoffSuite } from '../handoffSuite.ts';
import { qwenCode } from './qwenProgram.ts';

handoffSuite(qwenCode);
