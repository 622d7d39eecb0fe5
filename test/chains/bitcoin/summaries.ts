/** What an approver reads for each vector, by chain. */
export const SUMMARIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  BTC: {
    'onchain-default-1in-change':
      'pay 0.0004 BTC to mormGRSSkDsN2rCxkxXgHQHzzYH16DsYBh; change 0.001085 BTC to tb1qz754rp9kk9vdewx4wm7pstvm0u2rwlgycr8h77; fee 0.000015 BTC',
    'onchain-multi-key-multi-input':
      'pay 0.001 BTC to bc1q0u077wcyfz4c3qnvpvt3nm7nnvlgltcxyqzg6g; pay 0.00055 BTC to 3Bn1igu5RmU4e9vCXePbGqMLtaZxARsspG; pay 0.001018 BTC to bc1qckg5yhz6lfj02vyhxxrul2ay2nr99jmnaqwq5x; fee 0.0000321 BTC',
    'onchain-mixed-script-types':
      'pay 0.0045 BTC to bc1qgz9g7d407nc2987mzxy970rx3pa2htm7g8uxlz; pay 0.00449 BTC to 1H1u3rQgAFtiZXKK4Y1LhwaE3WKcGJPkPt; fee 0.00001 BTC',
    'onchain-legacy-only': 'pay 0.0349 BTC to mhg4fv8wumcnGm2Ba2Vqx76GEkeT6mYrqk; fee 0.0001 BTC',
    'onchain-rbf-opreturn-locktime':
      'data 68656c6c6f206b6d73; pay 0.003 BTC to bc1qtzmcrywzmysmuj67qz8g32pzve6unk6a6q9e3pav3watckcu3gasap7r05; pay 0.004 BTC to bc1p6zmvdc9nq2d7zz48h8a563j2nqva049y924mtkwkas00ffqmja8swzh802; fee 0.00077777 BTC',
    'onchain-version1': 'pay 0.00098 BTC to bc1qu4ydj6a43m0wyq533j8d8ucx2tldlwk7qnfn3l; fee 0.00001999 BTC',
    'offchain-two-inputs-xpub-change':
      'pay 0.6 BTC to bc1qwhge6pp06pgqy3j8204upgya6pg0yuen47u6pl; change 0.14950001 BTC to bc1q8uuwyvqxqa0pad38v9qj8fhm6qac0mge4ypnxl; fee 0.0005 BTC',
    'offchain-multiple-amounts':
      'pay 0.4 BTC to tb1qwrqgl4ej3gl00crgjgusyawhcsatxzrnc2m490; pay 0.5 BTC to tb1qy2w4xdaq3g2wylq5qnmksvfkn6fczy0v9kz7wf; pay 0.1 BTC to tb1q0s3xe8wajkzwsejrtk82pnske8gyjpd5gy327u; fee 0.30012345 BTC',
  },
  LTC: {
    'onchain-default-1in-change':
      'pay 0.0004 LTC to tltc1qtwqpagmlp6kzxevesp725fxn2z3egrz337pw02; change 0.001085 LTC to mhg4fv8wumcnGm2Ba2Vqx76GEkeT6mYrqk; fee 0.000015 LTC',
    'onchain-multi-key-multi-input':
      'pay 0.001 LTC to LW9nshyLPSkEDNHgXBEsu8eKvi9yfvDfZE; pay 0.00055 LTC to M9DQGkCWTTpCrqZcAmHF9esW6S6pL9dyM2; pay 0.001018 LTC to LS6cjVKwAo2b1fN5uNXEijfw9HZad1hjF6; fee 0.0000321 LTC',
    'onchain-mixed-script-types':
      'pay 0.0045 LTC to ltc1qqx9f8vx0uta9y8x7crn5t7ltrhl02l0et9r3e8; pay 0.00449 LTC to LeAmt5SZ83NDq3nPKne3WELo38Jo215zrb; fee 0.00001 LTC',
    'onchain-legacy-only': 'pay 0.0349 LTC to mhg4fv8wumcnGm2Ba2Vqx76GEkeT6mYrqk; fee 0.0001 LTC',
    'onchain-rbf-opreturn-locktime':
      'data 68656c6c6f206b6d73; pay 0.003 LTC to ltc1qtzmcrywzmysmuj67qz8g32pzve6unk6a6q9e3pav3watckcu3gas79sn43; pay 0.004 LTC to ltc1p6zmvdc9nq2d7zz48h8a563j2nqva049y924mtkwkas00ffqmja8sdxeh40; fee 0.00077777 LTC',
    'onchain-version1': 'pay 0.00098 LTC to LSZKSzMxu1K5SENSj25msehDcKBRiZ7m9C; fee 0.00001999 LTC',
    'offchain-two-inputs-xpub-change':
      'pay 0.6 LTC to LTKbGTapnzQaszFqqXtxyLGDB9NfZGMZdn; change 0.14950001 LTC to LhgKpcjwtA9PuJEeCcjv3s73CSrdHg7mwW; fee 0.0005 LTC',
    'offchain-multiple-amounts':
      'pay 0.4 LTC to mqo8eyNqusQo52Cyvg4tDH5qhrdQq48Qk5; pay 0.5 LTC to mifyjiLkZrsVHEVM2cPdzQS67ZUQ9364Qd; pay 0.1 LTC to mrqKKgX4QeNFcsVfzzRXTBnx9oWJiAmd9g; fee 0.30012345 LTC',
  },
  DOGE: {
    'onchain-1in-change':
      'pay 40 DOGE to ncXyEe32Aao7fiV8ooCKFeqaFYntVaYeXh; change 59 DOGE to nWMGe8jXL8YXudJMcsAUvMdqVmALYTsdVp; fee 1 DOGE',
    'onchain-multi-key-multi-input':
      'pay 10 DOGE to DTtQkqamMNumTP9dKGPQYwzV57UZbmvrgj; pay 5 DOGE to DCkJ4MF6rfnxLRQXUi9w3SUmQUpeJ12vPt; pay 9 DOGE to DNQALqjPggVi8zzevTePrZhj8jgtwuFrJh; fee 2 DOGE',
    'onchain-no-change-fields': 'pay 74 DOGE to 2N6PPtP9BopDTbP62gMMnM3HE86j71HiVU5; fee 1 DOGE',
    'onchain-rbf-opreturn-locktime':
      'data 6d75636820776f77; pay 49 DOGE to DB1T7rB7sbnJLxKDtn9idWZ65MGdyVD8V7; fee 1 DOGE',
    'onchain-version2': 'pay 8.5 DOGE to DDDCe7tptVLQ7KuxrVZoLaeCdGSx3bax4K; fee 0.5 DOGE',
    'offchain-two-inputs-xpub-change':
      'pay 60 DOGE to DLbAxFisjT7UotcNQNt7xsdR4SVdY4FBP6; change 14.00000001 DOGE to DLNMUESQBP8X5PDQYJJKyE1VXbRquoght3; fee 1 DOGE',
    'offchain-sub-dust-output':
      'pay 0.4 DOGE to neULdByRLELYhtV9yWjXBXdQxs9JLnot66; pay 6.5 DOGE to nXMBhvwKzDoEv6mX5T4GxeyfNZzHac3eWe; fee 1.1 DOGE',
  },
  BCH: {
    'onchain-1in':
      'pay 0.004 BCH to bchtest:qpf7ufhrcyw0ct2t5azrkuk3hhd0xueytg6nsrr05t; change 0.01099 BCH to bchtest:qzlpu4vqftmmufrt2zvh8v2l8kskjuwllcl57ux698; fee 0.00001 BCH',
    'onchain-3in-distinct-keys':
      'pay 0.01 BCH to bitcoincash:qp8naz3ugaekjnwmry27tz2z3w7dg6kstgzv2l8l3h; pay 0.00799 BCH to bitcoincash:qqkpknw2usqpzq9zz29q5pq34nmemw5las304e05qw; fee 0.00001006 BCH',
    'onchain-hashes-then-order':
      'pay 0.0045 BCH to bitcoincash:ppemq4drv9qm0akyz0vdctky2my4pwx5ysz6yqmlsq; data 626368206d656d6f; pay 0.00449 BCH to bitcoincash:qpx40c9a86teyrfgwrjhjss4mrtyew37m5wdm89ud6; fee 0.00001 BCH',
    'onchain-sequence-locktime': 'pay 0.0349 BCH to bchtest:qzlpu4vqftmmufrt2zvh8v2l8kskjuwllcl57ux698; fee 0.0001 BCH',
    'onchain-version1-becomes-2':
      'pay 0.00098 BCH to bitcoincash:qqfxct7rke6lsxk5vuncvlm6tg6gtku0vu3zke5ues; fee 0.00001999 BCH',
    'offchain-two-inputs':
      'pay 0.6 BCH to bitcoincash:qzrw54vv75fedlysztv552wfvexkwtq5cv0asuad72; change 0.14990001 BCH to bitcoincash:qpf7ufhrcyw0ct2t5azrkuk3hhd0xueytg7p5ypcnh; fee 0.0001 BCH',
    'offchain-same-key-twice':
      'pay 0.8 BCH to bchtest:qp8naz3ugaekjnwmry27tz2z3w7dg6kstgx7wc9gkt; pay 0.5 BCH to bchtest:qrpyfpkxwtsdujh30rvxt9mr4tpmxgstcsukk5vxk5; fee 0.001 BCH',
  },
}
