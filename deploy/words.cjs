'use strict';
exports.capital = (word) => word[0].toUpperCase() + word.slice(1);
exports.getAtt = (resource, attribute = 'Arn') => ({ 'Fn::GetAtt': [resource, attribute] });
exports.sub = (text) => ({ 'Fn::Sub': text });
