import { interactiveSuite } from '../interactiveSuite.ts';
import { gemini } from './geminiProgram.ts';

interactiveSuite(gemini);
