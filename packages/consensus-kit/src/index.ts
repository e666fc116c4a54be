/** @file Pure building blocks that mechanisms share. */
export {};
