const STARS = '********'

/**
 * Says that a secret is set without saying anything about it: neither characters nor length. (The reference tool shows the first six characters of
 * passwords and keys, which for a short password is most of it.) Unset is `N/A`, as there.
 */
export const maskSecret = (value: string | undefined): string => (value === undefined || value === '' ? 'N/A' : STARS)
