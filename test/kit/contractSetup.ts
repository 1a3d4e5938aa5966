import { afterEach } from 'vitest';
import { failOnBreaches } from './contractBreaches.ts';

// The test that made an axis answer outside the contract is the one that fails.
afterEach(() => failOnBreaches());
