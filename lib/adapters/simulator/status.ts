/** Where a job stands, whatever its system calls it. */
export type Status = 'INIT' | 'RUNNING' | 'SUCCESS' | 'FAIL' | 'PENDING_PAYMENT';
