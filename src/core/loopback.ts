const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** Does this host never leave the machine? @param hostname as `URL` gives it: an IPv4 address in its four parts, IPv6 in brackets. */
export const isLoopback = (hostname: string): boolean => LOOPBACK.test(hostname)
