import { pizzaSuite } from '../pizzaSuite.ts';
import { codex } from './codexProgram.ts';

pizzaSuite(codex);
