import { handoffSuite } from '../handoffSuite.ts';
import { openCode } from './openCodeProgram.ts';

handoffSuite(openCode);
