/** The fields of a form or a query. What stands there twice is an attack or a fault: RFC 6749 §3.1. */
export function fieldsOf(params: URLSearchParams): Readonly<Record<string, string>> {
  const names = new Set(params.keys())
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const values = params.getAll(name)
      return values.length === 1 && values[0] !== undefined ? [[name, values[0]]] : []
    }),
  )
}
