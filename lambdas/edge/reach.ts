/** Whether strangers' addresses may lead to this very machine. Only a local axis says so; no stack does. */
export const allowLoopback: boolean = process.env.DOCAXIS_REACH === 'loopback';
