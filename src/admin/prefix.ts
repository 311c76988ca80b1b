/** Where every verb of the API is: RFC 3986 §3.3. */
export const apiPrefix = '/admin/v1'
