import { pizzaSuite } from '../pizzaSuite.ts';
import { openCode } from './openCodeProgram.ts';

pizzaSuite(openCode);
