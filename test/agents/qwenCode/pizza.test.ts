import { pizzaSuite } from '../pizzaSuite.ts';
import { qwenCode } from './qwenProgram.ts';

pizzaSuite(qwenCode);
