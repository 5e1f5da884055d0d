import{a}from"./part-GINP7Q4S.js";import"./part-7P5WC2MI.js";import"./part-EGSZOFJS.js";import"./part-UP37GSTP.js";import"./part-FBPXQHPR.js";import"./part-X2IEPP44.js";export{a as initialize};
