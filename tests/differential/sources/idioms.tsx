import { memo, useCallback, useState } from 'react';

export function Price({ count, items }: Props) {
  const [text, setText] = useState<string>('');
  const [size, setSize] = useState<number>(12);
  const [kind, setKind] = useState<Kind>('small');
  const change = useCallback((event: Event) => setText(event.value), [setText]);
  return (
    <div stroke-width="2" data-id={count && 1} onChange={change}>
      {count && <b>{count}</b>}
      {items.length > 0 && kind}
      <svg fill-opacity={0.5} viewBox="0 0 1 1" />
      <a href="/a">
        <p><a href="/b">inner</a></p>
      </a>
      <a href="/c">alone</a>
    </div>
  );
}
function useNothing(value: string) {
  return value.trim();
}
const usePrice = (id: string) => {
  const [price] = useState(0);
  return price + id.length;
};
const useShort = (id: string) => {
  return id;
};
export default memo(Price);
