/** Runs something with no variable of AWS but these, and with nothing in the home directory that AWS's tools would read. */
export async function withEnvironment(
  variables: Readonly<Record<string, string>>,
  run: () => Promise<void>,
): Promise<void> {
  const before = Object.entries(process.env).filter(([name]) => name.startsWith('AWS_'))
  const nowhere = { AWS_SHARED_CREDENTIALS_FILE: '/nowhere/credentials', AWS_CONFIG_FILE: '/nowhere/config' }
  // The address at which a machine in the cloud would find its role.
  const bare = {
    ...nowhere,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  }
  try {
    clear()
    Object.assign(process.env, bare, variables)
    await run()
  } finally {
    clear()
    Object.assign(process.env, Object.fromEntries(before))
  }
}

function clear(): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) Reflect.deleteProperty(process.env, name)
}
