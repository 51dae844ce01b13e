/** Imports one of this folder's packages by its name. */
export const load = (name) => import(name)
