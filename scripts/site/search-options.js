/** Of the index, where it is made and where it is read. */
export const OPTIONS = { fields: ['title', 'page', 'text'], storeFields: ['title', 'page', 'text'] };
