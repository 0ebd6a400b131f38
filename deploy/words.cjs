'use strict';
/** @param {string} word */
exports.capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);
/** @param {string} resource */
exports.getAtt = (resource, attribute = 'Arn') => ({ 'Fn::GetAtt': [resource, attribute] });
/** @param {string} text */
exports.sub = (text) => ({ 'Fn::Sub': text });
