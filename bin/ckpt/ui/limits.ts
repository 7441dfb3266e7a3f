/** Of a policy file that is dropped on the page: far more than can be packed for the way to the operator function. */
export const MOST_FILE_BYTES = 40_000_000;
