import { pizzaSuite } from '../pizzaSuite.ts';
import { gemini } from './geminiProgram.ts';

pizzaSuite(gemini);
