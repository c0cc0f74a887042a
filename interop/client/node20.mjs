// matrix-js-sdk is written for Node 22; on Node 20 it lacks this one function of the language.

Promise.withResolvers ??= function () {
  let resolve, reject;
  const promise = new this((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
};
