/** Commands about the keys of a vault and its place: a file of their own in what is shipped, loaded when one of them is first used. */
export { approveAccess, requestAccess } from './access.ts';
export { showRecoveryKey } from './recoveryKey.ts';
export { revokeDevice, sealVault } from './renewKeys.ts';
export { removeVault } from './removeVault.ts';
export { changePassphrase, renewRecoveryKey } from './vaultKeys.ts';
export { choosePlace } from './vaultPlace.ts';
