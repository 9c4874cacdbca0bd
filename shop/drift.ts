// The kinds of drift: how the data of pre-production can be out of step with production's.

export const driftKinds = {
  'missing-users': 'one user in ten is not there',
  'other-profiles': 'one user in four has another phone number and city',
  'other-prices': 'one product in four costs more or less',
  'extra-products': 'there are products that production does not have',
  'older-catalogue': 'the newest products are missing, others have their old description',
  'other-stock': 'one product in three has another stock',
  'renamed-categories': 'two categories have other names',
  'other-ids': 'ids of users and orders count from elsewhere',
  'deleted-orders': 'one order in six is not there',
  'other-order-states': 'one order in four is in another state',
  'other-recommendations': 'recommendations come from another model',
  'other-rates': 'currencies have other rates',
  'other-flags': 'the feature flags gift wrap and badges are the other way round',
  'clock-offset': 'the clock is 37 hours behind',
  'fewer-reviews': 'one review in five is not there',
  'other-counters': 'products were viewed less',
} as const

export type DriftKind = keyof typeof driftKinds

export const allDrift: ReadonlySet<DriftKind> = new Set(Object.keys(driftKinds) as DriftKind[])
