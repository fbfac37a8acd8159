// The sandbox of a spec file. Jest's own is a context whose every use of a global (Number, String, Buffer, process …) goes through an interceptor and a
// proxy, which loops feel. This one is an ordinary context: the same globals, found as fast as anywhere.
const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

module.exports = class OrdinaryContext extends TestEnvironment {
  constructor(config, context) {
    const ordinary = vm.constants?.DONT_CONTEXTIFY; // Node >= 22.8
    if (ordinary === undefined) return super(config, context);
    const { createContext } = vm;
    vm.createContext = () => createContext(ordinary);
    try {
      super(config, context);
    } finally {
      vm.createContext = createContext;
    }
  }
};
